# What nobody could read is refused, and what would do is named.
ada> channels colour say #202060
ada< #202060 is hard to read: a contrast of 1.4 to 1 on dark, and 4.5 to 1 is the least.
ada> settings
ada! colour of say
ada> settings background light
ada< background is light now.
ada> channels colour say #202060
ada< say looks like this now: #202060
ada> channels colour say yellow
ada< on light.
ada> channels colour say own
ada< say looks like this now
ada> settings
ada! colour of say
