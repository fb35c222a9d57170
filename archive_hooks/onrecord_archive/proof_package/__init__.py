"""Proof packages: what leaves an archive with its proofs, in two profiles.

package       what both have: files, lines, counts, manifest; zip_file and packed_again read and
              write the file they lie in, reading the files in it
writing       what both writers share; verification what both checkers do
bundle        what an officer exports: bundle_manifest, bundle_writer, bundle_verifier
own_copy      what a client takes: copy_extents (which records), copy_earlier, copy_manifest,
              copy_page (verify.html), copy_writer, copy_verifier
again         makes a bundle again, from an archive alone
"""
