"""Fashion-MNIST: the names of its classes and the loaders, compared with torchvision."""

import pickle
import shutil
from pathlib import Path

import pytest
import torch
from torch.utils.data import DataLoader, RandomSampler, SequentialSampler, random_split
from torchvision import datasets, transforms

from d2l_helpers import (
    fetch_fashion_mnist,
    fetching,
    get_dataloader_workers,
    get_fashion_mnist_labels,
    load_data_fashion_mnist,
)


@pytest.fixture(scope="module")
def loaders(whole) -> tuple[DataLoader, DataLoader]:
    return load_data_fashion_mnist(256, root=whole)


def torchvisions(root: Path, train: bool, size: list[int] | None = None):
    """torchvision's own data set, whose images are tensors (and resized)."""
    steps = [transforms.Resize(size)] if size else []
    transform = transforms.Compose([*steps, transforms.ToTensor()])
    return datasets.FashionMNIST(root, train=train, transform=transform)


@pytest.fixture(scope="module")
def theirs(whole):
    return torchvisions(whole, train=True), torchvisions(whole, train=False)


# Labels


def test_labels_have_names(theirs):
    official = [name.lower() for name in theirs[0].classes]
    assert get_fashion_mnist_labels(range(10)) == ["t-shirt", *official[1:]]
    assert get_fashion_mnist_labels([]) == []


PAIR = torch.tensor([9, 0])


@pytest.mark.parametrize(
    "labels", [[9, 0], (9, 0), iter([9, 0]), [*PAIR], PAIR, PAIR.byte(), PAIR.float(), PAIR.numpy()]
)
def test_labels_may_be_any_integers(labels):
    assert get_fashion_mnist_labels(labels) == ["ankle boot", "t-shirt"]


@pytest.mark.parametrize("label", [10, -1])
@pytest.mark.parametrize("kind", [list, torch.tensor])
def test_label_out_of_range(label, kind):
    with pytest.raises(ValueError, match=f"{label} is not"):
        get_fashion_mnist_labels(kind([0, label]))


@pytest.mark.parametrize(
    "labels", [[1.5], torch.tensor([0.5]), ["1"], "1", [True], torch.tensor([True]), [None], [[1]]]
)
def test_label_of_wrong_type(labels):
    with pytest.raises(TypeError, match="a label must be an integer"):
        get_fashion_mnist_labels(labels)


# Loaders


def test_minibatches(loaders, monkeypatch):
    monkeypatch.delattr(type(loaders[0].dataset), "__getitem__")  # each is made at once
    assert get_dataloader_workers() == loaders[0].num_workers == 0
    assert [len(loader) for loader in loaders] == [235, 40]
    for loader, num_samples in zip(loaders, (60_000, 10_000), strict=True):
        assert (type(loader), loader.batch_size) == (DataLoader, 256)
        assert len(loader.dataset) == num_samples
        counts = torch.zeros(10, dtype=torch.int64)
        for X, y in loader:
            assert X.shape[1:] == (1, 28, 28)
            assert y.shape == X.shape[:1]
            assert (X.dtype, y.dtype) == (torch.float32, torch.int64)
            assert (X.min(), X.max()) == (0, 1)
            counts += y.bincount(minlength=10)
        assert len(X) == num_samples % 256  # the short last one
        assert counts.tolist() == [num_samples // 10] * 10


@pytest.mark.parametrize(("batch_size", "b"), [(1, 1), (20_000, 10_000)])
def test_a_batch_of_one_and_one_of_all(whole, batch_size, b):
    X, y = next(iter(load_data_fashion_mnist(batch_size, root=whole)[1]))
    assert (X.shape, y.shape) == ((b, 1, 28, 28), (b,))


@pytest.mark.parametrize("test", [0, 1])
def test_samples_equal_torchvisions(loaders, theirs, test):
    loader, samples = loaders[test], theirs[test]
    indices = [0, 5, 9_999, -1]
    images, labels = zip(*(samples[i % len(samples)] for i in indices), strict=True)
    expected = torch.stack(images), torch.tensor(labels)
    minibatch = loader.collate_fn(loader.dataset.__getitems__(indices))
    torch.testing.assert_close(minibatch, expected, rtol=0, atol=0)
    for i, *sample in zip(indices, *expected, strict=True):
        torch.testing.assert_close(loader.dataset[i], tuple(sample), rtol=0, atol=0)
    with pytest.raises(IndexError):
        loader.dataset[len(samples)]


@pytest.mark.parametrize("test", [0, 1])
def test_the_data_set_has_torchvisions_tensors(loaders, theirs, test):
    ours = loaders[test].dataset
    torch.testing.assert_close(ours.data, theirs[test].data, rtol=0, atol=0)
    torch.testing.assert_close(ours.targets, theirs[test].targets, rtol=0, atol=0)


def put_others_in_the_way(root: Path) -> None:
    """What torchvision reads in place of root's files: five black images, labelled 7."""
    processed = root / "FashionMNIST" / "processed"
    processed.mkdir()
    for name in ("training.pt", "test.pt"):
        images = torch.zeros(5, 28, 28, dtype=torch.uint8)
        torch.save((images, torch.full((5,), 7)), processed / name)


@pytest.fixture
def tampered(whole, tmp_path) -> Path:
    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)
    put_others_in_the_way(tmp_path)
    assert datasets.FashionMNIST(tmp_path).targets.tolist() == [7] * 5
    return tmp_path


def test_the_loaders_read_the_verified_files_and_nothing_else(tampered, theirs):
    for loader, samples in zip(load_data_fashion_mnist(8, root=tampered), theirs, strict=True):
        assert torch.equal(loader.dataset.data, samples.data)
        assert torch.equal(loader.dataset.targets, samples.targets)


def test_no_folder_is_given_to_torchvision_that_has_it_read_something_else(tampered):
    with pytest.raises(FileExistsError, match=r"processed' holds training.pt.*Remove or rename"):
        fetch_fashion_mnist(tampered)
    (tampered / "FashionMNIST" / "processed" / "test.pt").unlink()  # one alone is not read
    assert len(datasets.FashionMNIST(fetch_fashion_mnist(tampered))) == 60_000


@pytest.mark.parametrize("change", ["replace", "delete"])
def test_a_file_changed_after_it_was_read_changes_nothing(whole, tmp_path, monkeypatch, change):
    """Files are opened once: what is verified and what is used are the same bytes."""
    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)

    def open_and_change(path, flags, unchanged=fetching._open_at_once):
        file = unchanged(path, flags)
        Path(path).unlink()
        if change == "replace":
            Path(path).write_bytes(bytes(16))
        return file

    monkeypatch.setattr(fetching, "_open_at_once", open_and_change)
    _, test_iter = load_data_fashion_mnist(10_000, root=tmp_path)
    assert next(iter(test_iter))[1].bincount().tolist() == [1000] * 10


def test_the_test_images_keep_their_order(loaders, theirs):
    for _ in range(2):
        assert torch.equal(torch.cat([y for _, y in loaders[1]]), theirs[1].targets)
    X, _ = next(iter(loaders[1]))
    assert torch.equal(X, theirs[1].data[:256, None] / 255)


def test_images_and_labels_stay_together_when_shuffled(loaders, theirs):
    # sums of pixels tell the images apart well enough
    ours = [(X.sum((1, 2, 3)).mul(255).round().long(), y) for X, y in loaders[0]]
    pixels, labels = (torch.cat(parts) for parts in zip(*ours, strict=True))
    assert not torch.equal(labels, theirs[0].targets)
    expected = theirs[0].data.sum((1, 2)) * 10 + theirs[0].targets
    assert torch.equal((pixels * 10 + labels).sort().values, expected.sort().values)


def two_epochs(root, generator=None):
    """The labels of the first minibatches."""
    train_iter, _ = load_data_fashion_mnist(256, root=root, generator=generator)
    return torch.stack([next(iter(train_iter))[1] for _ in range(2)])


def test_a_generator_fixes_the_order(whole):
    state = torch.get_rng_state()
    first, again, other = (
        two_epochs(whole, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2)
    )
    assert torch.equal(first, again)
    assert not torch.equal(*first)
    assert not torch.equal(first[0], other[0])
    assert torch.equal(state, torch.get_rng_state())


def test_without_a_generator_torchs_own_fixes_it(whole):
    epochs = []
    for _ in range(2):
        torch.manual_seed(1)
        epochs.append(two_epochs(whole))
    assert torch.equal(*epochs)


@pytest.mark.parametrize("resize", [64, 20, (40, 33), [14, 96], 1, 28, 224])
def test_resize_agrees_with_torchvision(whole, resize):
    train_iter, test_iter = load_data_fashion_mnist(128, resize=resize, root=whole)
    size = [resize, resize] if isinstance(resize, int) else list(resize)
    samples = torchvisions(whole, train=False, size=size)
    X, _ = next(iter(test_iter))
    expected = torch.stack([samples[i][0] for i in range(128)])
    assert X.shape == (128, 1, *size)
    assert X.dtype == torch.float32
    torch.testing.assert_close(X, expected, rtol=0, atol=1 / 255 + 1e-6)
    assert (X - expected).abs().mean() < 0.2 / 255
    assert 0 <= X.min() <= X.max() <= 1
    assert next(iter(train_iter))[0].shape == (128, 1, *size)
    assert train_iter.dataset.data.shape == (60_000, 28, 28)  # resized a minibatch at a time


def test_images_live_on_the_device(whole, loaders):
    for loader in load_data_fashion_mnist(8, root=whole, device="meta"):
        X, y = next(iter(loader))
        assert X.device.type == y.device.type == loader.dataset.data.device.type == "meta"
    X, y = next(iter(loaders[0]))
    assert X.device.type == y.device.type == "cpu"


def test_the_last_training_images_can_be_held_out(whole, loaders):
    parts = load_data_fashion_mnist(256, root=whole, validation=10_000)
    assert [len(loader.dataset) for loader in parts] == [50_000, 10_000, 10_000]
    learn, held_out, test = (loader.dataset for loader in parts)
    train = loaders[0].dataset
    assert torch.equal(torch.cat([learn.data, held_out.data]), train.data)
    assert torch.equal(torch.cat([learn.targets, held_out.targets]), train.targets)
    assert torch.equal(test.data, loaders[1].dataset.data)
    assert [type(loader.sampler) for loader in parts] == [RandomSampler, *2 * [SequentialSampler]]
    _, one, _ = load_data_fashion_mnist(8, root=whole, validation=1)
    assert [y.tolist() for _, y in one] == [train.targets[-1:].tolist()]


def test_a_part_of_the_data_works_in_a_stock_loader(loaders):
    data = loaders[1].dataset
    part, _ = random_split(data, [100, 9_900], torch.Generator().manual_seed(0))
    batches = list(DataLoader(part, batch_size=64))
    assert [(len(X), len(y)) for X, y in batches] == [(64, 64), (36, 36)]
    for i, *sample in zip(part.indices[:64], *batches[0], strict=True):
        torch.testing.assert_close(data[i], tuple(sample), rtol=0, atol=0)


def test_workers_can_take_the_data(loaders):
    data = loaders[1].dataset
    X, _ = loaders[1].collate_fn(pickle.loads(pickle.dumps(data)).__getitems__([3]))
    assert torch.equal(X[0], data[3][0])


@pytest.mark.parametrize(
    ("error", "name", "values"),
    [
        (ValueError, "batch_size", [0]),
        (ValueError, "resize", [0, (64,), (64, 0), (1, 64, 64)]),
        (TypeError, "resize", ["64"]),
        (ValueError, "validation", [-1, 60_000]),
        (TypeError, "validation", [None, 0.1, True]),
        (RuntimeError, "device", ["gpu"]),
    ],
)
def test_bad_arguments_are_refused_before_anything_is_read(tmp_path, error, name, values):
    root = tmp_path / "new"
    for value in values:
        with pytest.raises(error, match=name):
            load_data_fashion_mnist(**{"batch_size": 8, "root": root, name: value})
    assert not root.exists()
