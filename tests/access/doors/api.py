"""Operations of the API."""

# What products need to verify files is for anyone.
PUBLIC = frozenset({"get /api/v1/licence-keys", "get /api/v1/licence-withdrawals"})
OPERATIONS = PUBLIC | {
    "get /api/v1/entitlements/{serial}",
    "get /api/v1/cases",
    "post /api/v1/cases",
    "get /api/v1/cases/{number}",
    *(f"post /api/v1/cases/{{number}}/{step}" for step in ("messages", "close", "consent", "reopen", "take")),
    "post /api/v1/activations",
    "get /api/v1/activations/{activation_id}",
    "post /api/v1/activations/{activation_id}/check-ins",
}
