# Gil walks one room on and hears nothing more of what is said on the pier.
gil> north
gil< The Quay
ada> say just us now
ada< You say, "just us now"
bob< Ada says, "just us now"
gil! just us now
