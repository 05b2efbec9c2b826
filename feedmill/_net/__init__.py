"""The one door to the network: every request feedmill makes passes here."""
