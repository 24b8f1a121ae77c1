"""Everything that knows Slack: what messages look like, how they are sent, what Slack's answers mean."""
