"""Your own network: a recording, a report or a checkpoint of a model from outside of bnviz."""

from bnviz.chapters.own_network.parts import own_network_page

own_network_page()
