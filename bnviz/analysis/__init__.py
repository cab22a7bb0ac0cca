"""Questions asked of nets and records."""
