"""OnRecord's archive: formats, writer, reader and an independent verifier; usable alone.

Pure, no file, no clock, no await:

    format        errors        what can go wrong, by what the caller can do about it
                  record        canonical JSON, times, ids, the plaintext commitment pt
                  leaf          what the log commits to: record, key and tail leaves
                  seal          bodies and data keys; epoch_key compliance's key files; blob files
                  tree          RFC 6962 hashes, frontier, proofs; tiles the C2SP tile layout
                  note          C2SP verifier keys and signed notes; signer the log's private keys
                  checkpoint    signed tree heads and their policy; proof the C2SP tlog-proof
                  tail          the frames of a tail segment
                  layout        names inside an archive; key_table the key store's table
    events        each type of event, declared once, and the schemas that follow

Processes on files, none importing another:

    writer        log (append, recover, integrate), sealer, blob_store, key_store
    reader        archive (leaves, bodies, proofs), opener (plaintext, with the opening key), audit
                  (all records under the signed head), conversations, search
    verify        the independent checker, `python -m onrecord_archive.verify`
    proof_package what leaves an archive with its proofs, and its checkers: a bundle (the command
                  `python -m onrecord_archive.verify_bundle`) or a client's own copy; made `again`
                  from an archive alone

Made of records: `transcript` (a page to read), `proof_package` (what leaves an archive with its
proofs). For hooks: `contract`, `registry`, `sinks`, `testing`.

The auditor's command is `python -m onrecord_archive`, which stands on all of these but the writer.
"""
