# Seven rows are shown, and the last ones not at all: something else is typed instead of return.
@player ada via telnet
ada> settings page 8
ada< page is 8 now.
ada> help settings
ada< Show or change how the game looks to you.
ada! Also: config
ada> say what follows
ada< You say, "what follows"
ada! Also: config
ada> settings page 300
ada< A page is off, on, or from 5 to 200 rows.
ada> settings page off
ada< page is off now.
ada> help settings
ada< Also: config
