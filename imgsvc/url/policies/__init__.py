"""What URLs may ask for, whatever they are able to say."""
