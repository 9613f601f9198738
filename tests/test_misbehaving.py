from tests.misbehaving import Origin, says


def test_no_origin_has_the_port_of_one_before_it() -> None:
    ports = []
    for _ in range(2000):
        with Origin({"*": says(b"x")}) as origin:
            ports.append(origin.port)

    assert len(set(ports)) == len(ports)
