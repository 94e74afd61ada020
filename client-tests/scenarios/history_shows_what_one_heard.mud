# Gil was elsewhere when it was said.
gil> down
ada> say remember this
gil> up
bob> history say
bob< remember this
gil> history say
gil! remember this
