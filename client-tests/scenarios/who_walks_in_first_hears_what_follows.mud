gil> north
gil> south
ada> say welcome back
gil< Ada says, "welcome back"
