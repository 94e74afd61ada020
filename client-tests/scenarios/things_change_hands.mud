ada> examine bollard
ada< Worn smooth as a knuckle.
ada> get bollard
ada< That stays where it is.
ada> get lantern
ada< a tin lantern
bob> get lantern
bob< Nothing like that lies here.
ada> give lantern to bob
bob< a tin lantern
bob> inventory
bob< a tin lantern
