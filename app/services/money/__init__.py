"""Money: receipt claims from the agency's clerk to the payment, and the ledger of what is owed, paid and returned."""
