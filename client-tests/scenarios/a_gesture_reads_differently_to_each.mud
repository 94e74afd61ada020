ada> smile bob
ada< You smile at Bob.
bob< Ada smiles at you.
gil< Ada smiles at Bob.
ada> smile
ada< You smile.
bob< Ada smiles.
ada> smile nobody
ada! You smile
bob! Ada smiles
gil> ignore ada
ada> smile gil
gil! smiles
