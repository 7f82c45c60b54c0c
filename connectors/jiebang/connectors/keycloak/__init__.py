"""The kind `keycloak`: the users of one Keycloak realm."""

from jiebang.connectors.keycloak.kind import KeycloakKind

__all__ = ["KeycloakKind"]
