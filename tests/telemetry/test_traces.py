from imgsvc.telemetry import traces


def test_the_rest_of_the_program_sees_no_sdk():
    assert not [name for name in vars(traces) if "opentelemetry" in str(getattr(vars(traces)[name], "__module__", ""))]
