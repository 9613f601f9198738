import pytest

from bench.figures.predictions import Prediction, Predictions, predictions_section


@pytest.mark.parametrize(("answers", "error"), [(36.1, -0.05), (39.0, 0.0), (44.0, 0.1)])
def test_what_is_outside_of_the_model_is_its_error(answers, error):
    assert Prediction(4, at_least=38.0, at_most=40.0, answers=answers).error == pytest.approx(error)


def test_each_number_of_fetches_has_a_row():
    found = Predictions(
        "a machine", 2, 64, 0.2, 0.01, (Prediction(4, 38.0, 40.0, 36.1), Prediction(8, 76.0, 80.0, 78.0))
    )

    assert list(predictions_section(found))[-2:] == [
        "| 4 | 38.0 to 40.0 | 36.1 | -5 % |",
        "| 8 | 76.0 to 80.0 | 78.0 |  |",
    ]
