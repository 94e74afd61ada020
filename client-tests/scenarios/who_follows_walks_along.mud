bob> follow ada
bob< You follow Ada.
ada< Bob follows you.
ada> north
bob< The Quay
bob> unfollow
bob< You no longer follow Ada.
ada> south
bob! The Long Pier
