"""Models that Keras saves, for the import's tests, with what it makes of some images.

`python models.py FOLDER`: the folder has images of bytes, as HxWxC.u8, and gets each model's file or files, and
NAME.f32, its outputs one after the other. models.json tells of each: {files, image, takes, makes, code, keras}.
Keras 2's own files are those of tf_keras, which is its last version.
"""

import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
from keras import layers as L

GREY = (28, 28, 1)
told = {}


def images(shape, takes):
    """The folder's images as the model takes them."""
    height, width, channels = shape
    pixels = np.fromfile(f"{height}x{width}x{channels}.u8", np.uint8).reshape(-1, *shape)
    values = pixels.astype(np.float32)
    return {"0..1": values / 255, "-1..1": values / 127.5 - 1, "0..255": values}[takes]


def stir(model, seed=7):
    """Other numbers than those that layers start with: biases, and what normalisations keep."""
    rng = np.random.default_rng(seed)

    def stirred(weight):
        name = weight.path.split("/")[-1] if hasattr(weight, "path") else weight.name.split("/")[-1]
        values = np.asarray(weight)
        if "variance" in name:
            return rng.uniform(0.5, 1.5, values.shape).astype(np.float32)
        if "kernel" in name:
            return values
        if values.dtype != np.float32:
            return values
        return values + rng.uniform(-0.2, 0.2, values.shape).astype(np.float32)

    model.set_weights([stirred(weight) for weight in model.weights])
    return model


def keep(name, model, shape=GREY, takes="0..1", makes="0..1", form="keras", save=None, code=None, flat=None):
    """Saves a model and what it makes; `flat` is the shape that its input has where that is another."""
    stir(model)
    files = [f"{name}.{form}"]
    if save:
        files = save(model, name)
    else:
        model.save(files[0])
    given = images(shape, takes)
    if flat:
        given = given.reshape(-1, *flat)
    outputs = np.asarray(model(given, training=False), np.float32)
    outputs.reshape(len(given), -1).tofile(f"{name}.f32")
    told[name] = {
        "files": files,
        "image": shape,
        "takes": takes,
        "makes": makes,
        "code": code,
        "weights": int(sum(np.prod(w.shape) for w in model.weights if "seed" not in w.name)),
    }
    keras.utils.clear_session()


def chain(x, *layers):
    for layer in layers:
        x = layer(x)
    return x


def functional(*layers, shape=GREY, name=None):
    x = keras.Input(shape)
    return keras.Model(x, chain(x, *layers), name=name)


def same(filters, size=3, activation="relu", **more):
    return L.Conv2D(filters, size, activation=activation, padding="same", **more)


def dense():
    model = keras.Sequential(
        [keras.Input((784,)), L.Dense(32, activation="relu"), L.Dense(784, activation="sigmoid")]
    )
    model.compile(optimizer="adam", loss="binary_crossentropy")
    x = images(GREY, "0..1").reshape(-1, 784)
    model.fit(x, x, epochs=3, verbose=0)
    keep("dense", model, flat=(784,), code="dense")


def deep():
    sizes = [(128, "elu"), (64, "selu"), (16, "linear"), (64, "tanh"), (128, "gelu"), (784, "sigmoid")]
    keep("deep", functional(*(L.Dense(n, activation=a) for n, a in sizes), shape=(784,)), flat=(784,))


def without_channel():
    model = functional(
        L.Rescaling(1.0), L.Flatten(), L.Dense(24), L.Dense(784, activation="sigmoid"), L.Reshape((28, 28)), shape=(28, 28)
    )
    keep("without-channel", model, flat=(28, 28))


def tutorial():
    """Of Keras's blog, 2016: a code of 4 x 4 x 8."""
    model = functional(
        same(16), L.MaxPooling2D(2, padding="same"), same(8), L.MaxPooling2D(2, padding="same"),
        same(8), L.MaxPooling2D(2, padding="same", name="encoded"),
        same(8), L.UpSampling2D(2), same(8), L.UpSampling2D(2), L.Conv2D(16, 3, activation="relu"), L.UpSampling2D(2),
        same(1, activation="sigmoid"),
    )  # fmt: skip
    model.compile(optimizer="rmsprop", loss="mse")
    x = images(GREY, "0..1")
    model.fit(x, x, epochs=1, verbose=0)
    keep("tutorial", model, code="encoded")


def halves(encoder_name="encoder", decoder_name="decoder", layer="latent_vector", inner="out"):
    encoder = functional(same(6, strides=2), L.BatchNormalization(), L.Flatten(), L.Dense(10, name=layer), name=encoder_name)
    decoder = functional(
        L.Dense(98, activation="relu", name=inner), L.Reshape((7, 7, 2)),
        L.Conv2DTranspose(6, 3, strides=2, padding="same", activation="relu"), L.BatchNormalization(),
        L.Conv2DTranspose(1, 3, strides=2, padding="same", activation="sigmoid"), shape=(10,), name=decoder_name,
    )  # fmt: skip
    return encoder, decoder


def nested():
    encoder, decoder = halves()
    x = keras.Input(GREY)
    model = keras.Model(x, decoder(encoder(x)), name="autoencoder")
    model.compile(optimizer=keras.optimizers.Adam(3e-4, beta_2=0.99), loss="mse")
    model.fit(images(GREY, "0..1"), images(GREY, "0..1"), epochs=2, verbose=0)
    keep("nested", model, code="encoder/latent_vector")


def nested_names():
    """Layers of both halves have the same names."""
    encoder, decoder = halves("first", "second", "dense", "dense")
    x = keras.Input(GREY)
    keep("nested-names", keras.Model(x, decoder(encoder(x))), code="first/dense")


def nested_deep():
    def block(filters, channels):
        x = keras.Input((None, None, channels))
        y = L.Conv2D(filters, 3, padding="same")(x)
        return keras.Model(x, L.Activation("relu")(L.BatchNormalization()(y)))

    x = keras.Input(GREY)
    encoder = keras.Model(x, chain(x, block(4, 1), L.MaxPooling2D(), block(4, 4), L.Flatten(), L.Dense(8)))
    z = keras.Input((8,))
    decoder = keras.Model(
        z, chain(z, L.Dense(196), L.Reshape((14, 14, 1)), block(4, 1), L.UpSampling2D(), same(1, activation="sigmoid"))
    )
    y = keras.Input(GREY)
    keep("nested-deep", keras.Model(y, decoder(encoder(y))))


def sequences():
    encoder = keras.Sequential([keras.Input(GREY), L.Flatten(), L.Dense(20, activation="relu"), L.Dense(5)])
    decoder = keras.Sequential([L.Dense(20, activation="relu"), L.Dense(784, activation="sigmoid"), L.Reshape(GREY)])
    keep("sequences", keras.Sequential([keras.Input(GREY), encoder, decoder]))


def two_files():
    encoder, decoder = halves()
    x = keras.Input(GREY)
    model = keras.Model(x, decoder(encoder(x)))

    def save(_, name):
        encoder.save(f"{name}-encoder.keras")
        decoder.save(f"{name}-decoder.keras")
        # In whichever order.
        return [f"{name}-decoder.keras", f"{name}-encoder.keras"]

    keep("two-files", model, save=save)


def windows():
    model = functional(
        L.Conv2D(4, (3, 5), strides=(2, 1), activation="relu"), L.Conv2D(4, 3, dilation_rate=2, padding="same"),
        L.DepthwiseConv2D(3, depth_multiplier=2, activation="relu"), L.SeparableConv2D(5, 3, strides=2, activation="tanh"),
        L.MaxPooling2D((2, 3), strides=(1, 2), padding="same"), L.AveragePooling2D(3, strides=2, padding="same"),
        L.Flatten(), L.Dense(9, name="z"), L.Dense(49), L.Reshape((7, 7, 1)),
        L.Conv2DTranspose(4, (2, 3), strides=(2, 1), padding="same", activation="relu"),
        L.Conv2DTranspose(4, 3, strides=(1, 2), padding="same"), L.Conv2DTranspose(1, 2, strides=2, activation="sigmoid"),
    )  # fmt: skip
    keep("windows", model, code="z")


def edges():
    model = functional(
        L.ZeroPadding2D(((1, 2), (0, 3))), same(4, strides=2), L.Permute((2, 1, 3)), L.Cropping2D(((1, 1), (2, 0))),
        L.Flatten(), L.Dense(12), L.Dense(14 * 14), L.Reshape((14, 14, 1)), L.UpSampling2D((2, 1)),
        L.UpSampling2D((1, 2), interpolation="bilinear"), same(1, activation="sigmoid"),
    )  # fmt: skip
    keep("edges", model)


def bilinear():
    model = functional(
        same(3, strides=2), same(3, strides=2), L.UpSampling2D(2, interpolation="bilinear"), same(3),
        L.UpSampling2D(2, interpolation="bilinear"), same(1, activation="hard_sigmoid"),
    )  # fmt: skip
    keep("bilinear", model)


def norms():
    model = functional(
        same(8, strides=2, use_bias=False), L.BatchNormalization(momentum=0.9, epsilon=1e-5), L.ReLU(),
        same(8, strides=2), L.BatchNormalization(scale=False), L.BatchNormalization(center=False),
        L.Flatten(), L.Dense(10), L.LayerNormalization(epsilon=1e-6), L.Dense(7 * 7 * 8), L.Reshape((7, 7, 8)),
        L.GroupNormalization(4, epsilon=1e-4), L.UpSampling2D(4), L.LayerNormalization(), L.GroupNormalization(-1),
        same(1, activation="sigmoid"),
    )  # fmt: skip
    keep("norms", model)


def slopes():
    model = functional(
        same(4, strides=2, activation=L.LeakyReLU(0.1)), same(4, activation="leaky_relu"), L.LeakyReLU(),
        L.PReLU(shared_axes=[1, 2]), L.PReLU(), L.ReLU(max_value=2), L.ReLU(threshold=0.1), L.ELU(), L.ReLU(negative_slope=0.2),
        L.Flatten(), L.Dense(12), L.PReLU(), L.Dense(784), L.Activation("leaky_relu"), L.Dense(784, activation=keras.activations.sigmoid),
        L.Reshape(GREY),
    )  # fmt: skip
    keep("slopes", model)


def activations():
    names = ["relu6", "elu", "selu", "gelu", "silu", "swish", "mish", "softsign", "softplus", "hard_sigmoid", "tanh"]
    layers = [same(3, activation=name) for name in names]
    more = [L.Activation(name) for name in names]
    keep("activations", functional(same(3, strides=4), *layers, *more, L.UpSampling2D(4), same(1, activation="sigmoid")))


def softmax():
    model = functional(
        same(4, strides=2), L.Softmax(), L.Flatten(), L.Dense(10, activation="softmax"), L.Dense(784), L.Activation("sigmoid"),
        L.Reshape(GREY),
    )  # fmt: skip
    keep("softmax", model)


def noise():
    model = functional(
        L.GaussianNoise(0.1), same(4, strides=2), L.SpatialDropout2D(0.2), L.Dropout(0.2), L.GaussianDropout(0.1),
        L.AlphaDropout(0.1), L.ActivityRegularization(l1=1e-4), L.Identity(), L.Flatten(), L.Dense(10),
        L.Dense(784, activation="sigmoid"), L.Reshape(GREY),
    )  # fmt: skip
    keep("noise", model)


def regularised():
    rates = keras.regularizers
    model = functional(
        L.Flatten(), L.Dense(64, activation="relu", kernel_regularizer=rates.L2(1e-4), bias_regularizer="l1"),
        L.Dense(16, activity_regularizer=rates.L1(1e-5)), L.BatchNormalization(trainable=False),
        L.Dense(64, trainable=False), L.Dense(784, activation="sigmoid"), L.Reshape(GREY),
    )  # fmt: skip
    keep("regularised", model)


def global_pools():
    x = keras.Input(GREY)
    maps = same(12, strides=2)(x)
    both = L.Concatenate()([L.GlobalAveragePooling2D()(maps), L.GlobalMaxPooling2D()(maps)])
    weighed = L.Multiply()([maps, L.GlobalAveragePooling2D(keepdims=True)(maps)])
    code = L.Dense(10, name="code")(L.Concatenate()([both, L.Flatten()(L.MaxPooling2D(7)(weighed))]))
    keep("global-pools", keras.Model(x, chain(code, L.Dense(784, activation="sigmoid"), L.Reshape(GREY))), code="code")


def merges():
    x = keras.Input(GREY)
    a, b = same(4, strides=2)(x), same(4, strides=2, activation="tanh")(x)
    c = L.Add()([a, b, L.Multiply()([a, b])])
    d = L.Maximum()([L.Minimum()([a, c]), L.Subtract()([c, b])])
    e = L.Concatenate()([L.Average()([c, d]), a])
    keep("merges", keras.Model(x, chain(e, L.Flatten(), L.Dense(8), L.Dense(784, activation="sigmoid"), L.Reshape(GREY))))


def operators():
    """Written with plain operators, which Keras keeps as operations of its own."""
    x = keras.Input(GREY)
    a, b = same(4, strides=2)(x), same(4, strides=2)(x)
    keep("operators", keras.Model(x, chain(a + b, L.Flatten(), L.Dense(8), L.Dense(784, activation="sigmoid"), L.Reshape(GREY))))


def skips():
    x = keras.Input(GREY)
    a = same(4)(x)
    b = same(8)(L.MaxPooling2D()(a))
    c = same(8)(L.MaxPooling2D()(b))
    d = L.Concatenate()([L.UpSampling2D()(c), b])
    e = L.Concatenate()([L.UpSampling2D()(same(4)(d)), a])
    keep("skips", keras.Model(x, same(1, activation="sigmoid")(e)))


def bytes_in():
    model = functional(L.Rescaling(1 / 255), L.Flatten(), L.Dense(20), L.Dense(784, activation="sigmoid"), L.Reshape(GREY))
    keep("bytes-in", model, takes="0..255")


def both_signs():
    model = functional(same(4, strides=2), L.Flatten(), L.Dense(20), L.Dense(784, activation="tanh"), L.Reshape(GREY))
    model.compile(optimizer=keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True), loss="mae")
    keep("both-signs", model, takes="-1..1", makes="-1..1")


def bytes_through():
    model = functional(
        L.Rescaling(1 / 127.5, offset=-1), same(4, strides=2), L.Flatten(), L.Dense(20),
        L.Dense(784, activation="sigmoid"), L.Reshape(GREY), L.Rescaling(255),
    )  # fmt: skip
    keep("bytes-through", model, takes="0..255", makes="0..255")


@keras.saving.register_keras_serializable("tutorial")
class Sampling(L.Layer):
    def call(self, inputs, training=False):
        mean, log_variance = inputs
        if not training:
            return mean
        return mean + keras.ops.exp(0.5 * log_variance) * keras.random.normal(keras.ops.shape(mean))


def variational():
    x = keras.Input(GREY)
    hidden = chain(x, same(4, strides=2), L.Flatten(), L.Dense(16, activation="relu"))
    z = Sampling()([L.Dense(4, name="z_mean")(hidden), L.Dense(4, name="z_log_var")(hidden)])
    keep("variational", keras.Model(x, chain(z, L.Dense(784, activation="sigmoid"), L.Reshape(GREY))))


def colour():
    shape = (32, 32, 3)
    model = functional(
        same(6, strides=2), same(6, strides=2), L.Flatten(), L.Dense(24), L.Dense(8 * 8 * 6, activation="relu"), L.Reshape((8, 8, 6)),
        L.Conv2DTranspose(6, 4, strides=2, padding="same", activation="relu"),
        L.Conv2DTranspose(3, 4, strides=2, padding="same", activation="sigmoid"), shape=shape,
    )  # fmt: skip
    keep("colour", model, shape=shape)


def small():
    model = functional(L.Dense(40, activation="relu"), L.Dense(6), L.Dense(64, activation="sigmoid"), shape=(64,))
    keep("small", model, shape=(8, 8, 1), flat=(64,))


def called():
    """A model of a class of its own, saved as its error says: layers by `model.call`."""

    class Autoencoder(keras.Model):
        def __init__(self):
            super().__init__()
            self.encoder = keras.Sequential([L.Flatten(), L.Dense(12, activation="relu")])
            self.decoder = keras.Sequential([L.Dense(784, activation="sigmoid"), L.Reshape(GREY)])

        def call(self, x):
            return self.decoder(self.encoder(x))

    model = Autoencoder()
    x = keras.Input(GREY)
    whole = keras.Model(x, model.call(x))
    model.save("subclassed.keras")
    keep("called", whole)


def one_pixel():
    """Dense layers over pixels, which are convolutions of one."""
    model = functional(
        L.Dense(6, activation="relu"), L.MaxPooling2D(4), L.Dense(3), L.Conv2D(16, 1), L.Flatten(), L.Dense(12),
        L.Dense(784, activation="sigmoid"), L.Reshape(GREY),
    )  # fmt: skip
    keep("one-pixel", model)


def by_name():
    """The older form, as Keras 3 still writes it."""
    model = functional(
        same(4, strides=2), L.BatchNormalization(), L.Flatten(), L.Dense(10), L.Dense(784, activation="sigmoid"), L.Reshape(GREY)
    )
    model.compile(optimizer="adam", loss="mse")
    model.fit(images(GREY, "0..1"), images(GREY, "0..1"), epochs=1, verbose=0)
    keep("by-name", model, form="h5")


def by_name_nested():
    encoder, decoder = halves()
    encoder.layers[1].trainable = False
    x = keras.Input(GREY)
    keep("by-name-nested", keras.Model(x, decoder(encoder(x))), form="h5")


def keras_2():
    """By the last Keras of version 2: nested, with a frozen normalisation, in both forms."""
    import tf_keras as k2

    l2 = k2.layers
    for form in ("h5", "keras"):
        x = k2.Input(GREY)
        y = l2.Conv2D(6, 3, strides=2, padding="same", activation="relu")(x)
        y = l2.BatchNormalization(trainable=False)(y)
        y = l2.DepthwiseConv2D(3, padding="same", activation="hard_sigmoid")(y)
        encoder = k2.Model(x, l2.Dense(10, name="code")(l2.Flatten()(l2.BatchNormalization()(y))), name="encoder")
        z = k2.Input((10,))
        y = l2.LeakyReLU()(l2.Dense(98)(z))
        y = l2.UpSampling2D(2, interpolation="bilinear")(l2.Reshape((7, 7, 2))(y))
        y = l2.Conv2DTranspose(1, 3, strides=2, padding="same", activation="sigmoid")(l2.BatchNormalization()(y))
        decoder = k2.Model(z, y, name="decoder")
        x = k2.Input(GREY)
        model = k2.Model(x, decoder(encoder(x)), name="old")
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(images(GREY, "0..1"), images(GREY, "0..1"), epochs=1, verbose=0)
        keep(f"keras-2-{form}", model, form=form, code="encoder/code")
        x = k2.Input((784,))
        y = l2.Dense(784, activation="sigmoid")(l2.Dense(32, activation="relu")(x))
        keep(f"keras-2-dense-{form}", k2.Model(x, y), form=form, flat=(784,))


def going_on():
    """Saved in mid-training by each optimiser; NAME-after.f32 has what it makes two steps later."""
    optimizers = {
        "adam": lambda: keras.optimizers.Adam(0.003, beta_2=0.99),
        "sgd": lambda: keras.optimizers.SGD(0.05, momentum=0.9),
        "rmsprop": lambda: keras.optimizers.RMSprop(0.002),
    }
    x = images(GREY, "0..1")
    for name, make in optimizers.items():
        model = functional(
            same(4, strides=2), L.BatchNormalization(), L.Flatten(), L.Dense(10), L.Dense(784, activation="sigmoid"), L.Reshape(GREY)
        )
        model.compile(optimizer=make(), loss="mse")
        model.fit(x, x, batch_size=len(x), epochs=5, verbose=0)
        model.save(f"going-on-{name}.keras")
        for _ in range(2):
            model.train_on_batch(x, x)
        outputs = np.asarray(model(x, training=False), np.float32)
        outputs.tofile(f"going-on-{name}-after.f32")
        keras.utils.clear_session()


def refused():
    """Files that are refused, each with a sentence."""
    x = keras.Input(GREY)
    flat = L.Flatten()(x)
    y = L.Dense(784)(L.Lambda(lambda t: t * 2, name="double")(flat))
    y = L.Reshape(GREY)(L.LSTM(28, return_sequences=True, name="memory")(L.Reshape((28, 28))(y)))
    keras.Model(x, L.Conv2D(1, 3, padding="same")(y)).save("lambda.keras")
    model = functional(L.Flatten(), L.Dense(4), L.Dense(784), L.Reshape(GREY))
    model.save_weights("alone.weights.h5")
    model.export("saved")
    other = functional(L.Flatten(), L.Dense(5), L.Dense(784), L.Reshape(GREY))
    model.save("one.keras")
    other.save("other.keras")
    keras.utils.clear_session()


def main(folder):
    os.chdir(folder)
    keras.utils.set_random_seed(3)
    for make in (
        dense, deep, without_channel, tutorial, nested, nested_names, nested_deep, sequences, two_files, windows, edges,
        bilinear, norms, slopes, activations, softmax, noise, regularised, global_pools, merges, operators, skips, bytes_in,
        both_signs, bytes_through, variational, colour, small, called, one_pixel, by_name, by_name_nested, keras_2,
    ):  # fmt: skip
        print(make.__name__, file=sys.stderr, flush=True)
        make()
    going_on()
    refused()
    with open("models.json", "w", encoding="utf-8") as file:
        json.dump({"keras": keras.__version__, "models": told}, file)


main(sys.argv[1])
