"""The journal: the durable record of requests and actions, and the only SQL on our database."""
