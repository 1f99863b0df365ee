"""Getting started with a product: download, activate, register, contacts.  Open to anyone.  Row A7."""
