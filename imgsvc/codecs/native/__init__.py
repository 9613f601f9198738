"""What stands between this program and the native code of decoders and encoders."""
