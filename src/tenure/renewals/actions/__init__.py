"""What can be done with quotes, orders and resellers, one function a verb: keyword-only, atomic, journalled."""
