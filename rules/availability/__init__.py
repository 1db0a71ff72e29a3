"""Rules about what keeps applications available: autoscalers, disruption budgets, selectors, updates."""
