ada> emote counts the masts
ada< Ada counts the masts
bob< Ada counts the masts
ada> :sighs
bob< Ada sighs
ada> pose Rain drips from $n's hat.
bob< Rain drips from Ada's hat.
ada> pose Bob falls over.
ada< A pose needs $n in it
bob! falls over
