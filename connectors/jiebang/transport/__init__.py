"""HTTP to platforms: the only code that talks to them.

Egress rules, deadlines, size limits and error mapping live here, behind the contract's `Http`
protocol; connectors never see the underlying client.
"""

from jiebang.transport.transport import Transport
from jiebang.transport.webhook import verify

__all__ = ["Transport", "verify"]
