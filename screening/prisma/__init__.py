"""What a review reports: the flow as sets of records, its drawing, the items of PRISMA-S."""
