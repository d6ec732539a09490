"""The demo network: people, places and talk, loaded through the same services that people's own deeds go through."""
