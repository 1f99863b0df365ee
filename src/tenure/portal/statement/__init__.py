"""Everything that a customer owned on a day: page, PDF, CSV; proofs of it; and the page that checks them."""
