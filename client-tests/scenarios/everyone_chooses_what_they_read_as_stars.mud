ada> mask
ada< Your mask is as the server usually has it, strict.
ada> mask off
ada< You read every word as it was said.
ada> mask
ada< Your mask is off.
ada> mask blue
ada< A mask is off, mild, strict or usual.
bob> mask mild
bob< You read the worst words as stars.
bob> mask usual
bob< You read what the server usually shows.
