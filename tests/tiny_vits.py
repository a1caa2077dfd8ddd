"""A VITS of Coqui's, as small as it goes: random weights of a fixed seed, made in a second.

What it says is noise, as long as its text: enough to hold an engine to what it does with a model.
"""

from __future__ import annotations

import string
from pathlib import Path

import torch
from TTS.config.shared_configs import BaseAudioConfig
from TTS.encoder.configs.speaker_encoder_config import SpeakerEncoderConfig
from TTS.encoder.utils.generic_utils import setup_encoder_model
from TTS.tts.configs.shared_configs import CharactersConfig
from TTS.tts.configs.vits_config import VitsConfig
from TTS.tts.models.vits import Vits, VitsArgs

RATE = 16_000
SPEAKERS = ("anna", "botan")
LANGUAGES = ("en", "ja")
KATAKANA = "".join(map(chr, range(ord("ァ"), ord("ヶ") + 1))) + "ー"
VOICE = 16
"""Numbers that tell one speaker from another."""

_ARGS = {
    "out_channels": 129,  # half of fft_size, and one
    "hidden_channels": 16,
    "hidden_channels_ffn_text_encoder": 16,
    "num_layers_text_encoder": 1,
    "num_layers_posterior_encoder": 1,
    "num_layers_flow": 1,
    "resblock_kernel_sizes_decoder": [3],
    "resblock_dilation_sizes_decoder": [[1, 1, 1]],
    "upsample_rates_decoder": [8, 8],
    "upsample_kernel_sizes_decoder": [16, 16],
    "upsample_initial_channel_decoder": 16,
    "use_sdp": False,
    "init_discriminator": False,
    "speaker_embedding_channels": VOICE,
}


def make(
    folder: Path, *, speakers: bool = True, languages: bool = False, clones: bool = False
) -> Path:
    """A model and its config.json in a folder of their own; the folder.

    Args:
        folder: where to write; made where it is not there.
        speakers: whether it has SPEAKERS, or one without a name.
        languages: whether it has LANGUAGES, or one without a name.
        clones: whether it speaks with the voice of a recording, as YourTTS does.
    """
    folder.mkdir(parents=True)
    torch.manual_seed(17)
    args = dict(_ARGS)
    if clones:
        args |= {"use_d_vector_file": True, "d_vector_dim": VOICE} | _encoder(folder)
    elif speakers:
        args |= {"use_speaker_embedding": True, "speakers_file": f"{folder}/speakers.json"}
        _names(folder / "speakers.json", SPEAKERS)
    if languages:
        args |= {
            "use_language_embedding": True,
            "language_ids_file": str(folder / "languages.json"),
        }
        _names(folder / "languages.json", LANGUAGES)
    config = _config(args)
    model = Vits(config)
    _clear(model)
    config.save_json(folder / "config.json")
    torch.save({"model": model.state_dict()}, folder / "model.pth")
    return folder


def _config(args: dict[str, object]) -> VitsConfig:
    audio = BaseAudioConfig(
        sample_rate=RATE, fft_size=256, win_length=256, hop_length=64, num_mels=20
    )
    characters = CharactersConfig(
        characters_class="TTS.tts.models.vits.VitsCharacters",
        characters=string.ascii_letters + string.digits + KATAKANA,
        phonemes="",
        punctuations="、。，．！？!?,.:;'\"()- ",
        pad="_",
    )
    return VitsConfig(
        model_args=VitsArgs(**args), audio=audio, characters=characters, text_cleaner=None
    )


def _names(path: Path, names: tuple[str, ...]) -> None:
    import json

    path.write_text(json.dumps({name: at for at, name in enumerate(names)}), "utf-8")


def _clear(model: Vits) -> None:
    """Make it heard, and speak eight frames a sign (of 4 ms) whatever it is given."""
    with torch.no_grad():
        model.duration_predictor.proj.bias.fill_(2.0)
        model.waveform_decoder.conv_post.weight.mul_(2)


def _encoder(folder: Path) -> dict[str, str]:
    """A tiny speaker encoder, which hears whose voice a recording is."""
    audio = BaseAudioConfig(
        sample_rate=RATE, fft_size=256, win_length=256, hop_length=64, num_mels=20
    )
    params = {
        "model_name": "lstm",
        "input_dim": 20,
        "proj_dim": VOICE,
        "lstm_dim": 8,
        "num_lstm_layers": 1,
        "use_lstm_with_projection": True,
    }
    config = SpeakerEncoderConfig(
        audio=audio,
        model_params=params,
        num_classes_in_batch=1,
        num_utter_per_class=1,
        num_loader_workers=0,
    )
    config.save_json(folder / "encoder.json")
    torch.save({"model": setup_encoder_model(config).state_dict()}, folder / "encoder.pt")
    return {
        "speaker_encoder_config_path": str(folder / "encoder.json"),
        "speaker_encoder_model_path": str(folder / "encoder.pt"),
    }
