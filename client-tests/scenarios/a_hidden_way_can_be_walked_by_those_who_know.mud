ada> exits
ada< The Quay
ada! hatch
ada> hatch
ada< The Cellar
