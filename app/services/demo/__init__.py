"""Made-up agencies, accounts and families for a demo; refused in production, all national IDs of office 9901."""
