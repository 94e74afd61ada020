ada> say Grüße, привет, 你好, שלום ✓
bob< Ada says, "Grüße, привет, 你好, שלום ✓"
