"""python -m imgsvc."""

from imgsvc.cli import main

if __name__ == "__main__":
    main()
