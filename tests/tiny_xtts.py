"""An XTTS of Coqui's with as little in it as it runs with: random weights, 90 MB, made in seconds.

It is what no VITS is: it takes a speed and a language by name, samples its speech from a language
model, and reads Japanese with packages of its own.
"""

from __future__ import annotations

import string
from pathlib import Path

import torch
from tokenizers import Tokenizer, models
from TTS.tts.configs.xtts_config import XttsConfig
from TTS.tts.layers.xtts.tokenizer import VoiceBpeTokenizer
from TTS.tts.models.xtts import Xtts, XttsArgs

RATE = 24_000
LANGUAGES = ["en", "ja"]
SPEAKERS = ("Ana Florence", "Baldur Sanjin")
WIDTH = 32
"""Channels of the language model."""
_MARKS = ["[UNK]", "[STOP]", "[START]", "[SPACE]", *(f"[{name}]" for name in LANGUAGES)]
_SIGNS = [*_MARKS, *string.ascii_lowercase, *string.digits, *" .,!?'-"]


def make(folder: Path) -> Path:
    """A model with two speakers, its config.json and its vocabulary in a folder; the folder."""
    folder.mkdir(parents=True)
    torch.manual_seed(17)
    vocabulary = folder / "vocab.json"
    _write_vocabulary(vocabulary)
    config = XttsConfig(model_args=_args(vocabulary), languages=LANGUAGES)
    model = Xtts(config)
    model.tokenizer = VoiceBpeTokenizer(vocabulary)
    model.init_models()
    config.save_json(folder / "config.json")
    torch.save({"model": model.state_dict()}, folder / "model.pth")
    torch.save({name: _speaker() for name in SPEAKERS}, folder / "speakers_xtts.pth")
    return folder


def _write_vocabulary(path: Path) -> None:
    ids = {sign: at for at, sign in enumerate(_SIGNS)}
    made = Tokenizer(models.BPE(vocab=ids, merges=[], unk_token="[UNK]"))
    made.add_special_tokens(_MARKS)
    made.save(str(path))


def _args(vocabulary: Path) -> XttsArgs:
    return XttsArgs(
        tokenizer_file=str(vocabulary),
        gpt_layers=1,
        gpt_n_model_channels=WIDTH,
        gpt_n_heads=2,
        gpt_number_text_tokens=len(_SIGNS),
        gpt_max_text_tokens=120,
        gpt_max_audio_tokens=12,
        gpt_num_audio_tokens=30,
        gpt_start_audio_token=28,
        gpt_stop_audio_token=29,
        decoder_input_dim=WIDTH,
    )


def _speaker() -> dict[str, torch.Tensor]:
    return {
        "gpt_cond_latent": torch.randn(1, 32, WIDTH),
        "speaker_embedding": torch.randn(1, 512, 1),
    }
