"""OnRecord's archive: formats, writer, reader and an independent verifier; usable alone.

Pure formats (no file, no clock, no await), each importing only those above it:

    errors        what can go wrong, by what the caller can do
    record        canonical JSON, times, ids, the plaintext commitment pt
    events        each type of event, declared once (language: which there are); record_schema the
                  schemas that follow, made of schema_parts
    leaf          what the log commits to: record, key and tail leaves
    seal          bodies and data keys; epoch_key compliance's key files; blob files in chunks
    tree          RFC 6962 hashes, frontier, proofs; tiles the C2SP tile layout
    note          C2SP verifier keys and signed notes; signer the log's private keys
    checkpoint    signed tree heads and the policy that judges them; proof the C2SP tlog-proof
    tail          the frames of a tail segment
    layout        names inside an archive directory; key_table the key store's table
    recognition   what was handed to a checker, and which one takes it

Processes on files, none importing another:

    writer        log (append, recover, integrate), sealer, blob_store, key_store
    reader        archive (leaves, bodies, proofs), opener (plaintext, with the opening key), audit
                  (all records under the signed head), conversations, search
    verify        the independent checker, `python -m onrecord_archive.verify`

The auditor's command is `python -m onrecord_archive`, which stands on all of these but the writer.
"""
