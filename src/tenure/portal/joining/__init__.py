"""Linking an account to a customer, answering who asks for that, and the contact seats."""
