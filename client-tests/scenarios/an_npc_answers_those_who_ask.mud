ada> hatch
bob> hatch
ada> say who rang the bell?
ada< It rang twice, and nobody was on the rope.
bob< It rang twice, and nobody was on the rope.
gil! rang twice
