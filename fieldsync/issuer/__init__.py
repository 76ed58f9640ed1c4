"""Log-in by the office's own issuer: OpenID Connect, authorization code with PKCE, by Authlib (extra `oidc`).

It leads a browser to the issuer and proves who came back; whether that person may come in, `access` decides.
"""

from fieldsync.issuer.issuing import Issuer, Proof, open_issuer
from fieldsync.issuer.tickets import Ticket, ticket_of
from fieldsync.issuer.wire import IssuerAwayError, RefusedError

__all__ = ["Issuer", "IssuerAwayError", "Proof", "RefusedError", "Ticket", "open_issuer", "ticket_of"]
