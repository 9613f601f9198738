"""Where the source URLs of a catalogue come from: a list, a folder, a sitemap, a bucket."""
