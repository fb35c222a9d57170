"""Clients: invited by their advisor, let in by a code to their own mail or phone.

addresses  mail and phone in one spelling        codes       one-time codes
letters    what is sent there                    notices     the recording notice
invites    the advisor's side                    invitation  the invited person's side
coming_back  sign-in by code                     ports       values and stores
"""
