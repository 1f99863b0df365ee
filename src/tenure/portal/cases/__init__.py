"""Cases: the list, one case, and opening one, technical step by step or customer care at once.  Rows D4 to D9."""
