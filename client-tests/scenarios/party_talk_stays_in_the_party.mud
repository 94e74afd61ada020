ada> party create
ada> party invite bob
bob> accept
bob> down
ada> party keep together
ada< [party] Ada: keep together
bob< [party] Ada: keep together
gil! keep together
gil> party let me in
gil< You are not in a party.
ada! let me in
