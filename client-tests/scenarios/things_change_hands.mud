ada> examine bollard
ada< Worn smooth as a knuckle.
ada> get bollard
ada< That stays where it is.
ada> get lantern
ada< You pick up a tin lantern.
bob< Ada picks up a tin lantern.
bob> get lantern
bob< Nothing like that lies here.
ada> give lantern to bob
ada< You give Bob a tin lantern.
bob< Ada gives you a tin lantern.
bob> inventory
bob< a tin lantern
bob> drop lantern
ada< Bob puts down a tin lantern.
