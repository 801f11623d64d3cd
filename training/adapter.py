"""Low-rank adapters: as what is trained, taken from trained weights by SVD, and as files in PEFT's layout."""

import json
import math
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file


class LowRank:
    """W + scale * B A for every linear weight, the parameters A (rank, in) and B (out, rank) in fp32."""

    def __init__(self, model, rank, scale=2.0, seed=1):
        self.model, self.rank, self.scale = model, rank, scale
        source = torch.Generator().manual_seed(seed)
        self.a, self.b = [], []
        for layer in model.linear:
            for weight in layer:
                outs, ins = weight.shape
                a = torch.randn(rank, ins, generator=source) / math.sqrt(ins)
                self.a.append(a.to(weight.device).requires_grad_())
                self.b.append(torch.zeros(outs, rank, device=weight.device).requires_grad_())

    def parameters(self):
        return self.a + self.b

    def weights(self):
        """The merged weights of all layers, in the model's type; gradients flow to A and B."""
        pairs, merged = iter(zip(self.a, self.b)), []
        for layer in self.model.linear:
            merged.append([])
            for weight in layer:
                a, b = next(pairs)
                merged[-1].append((weight + self.scale * (b @ a)).to(self.model.dtype))
        return merged

    def load_pairs(self, pairs):
        with torch.no_grad():
            for a, b, (new_a, new_b) in zip(self.a, self.b, pairs):
                a.copy_(new_a)
                b.copy_(new_b / self.scale)


class Full:
    """All linear weights themselves, in fp32."""

    def __init__(self, model):
        self.model = model
        self.tuned = [[w.clone().requires_grad_() for w in layer] for layer in model.linear]

    def parameters(self):
        return [w for layer in self.tuned for w in layer]

    def weights(self):
        return self.model.cast(self.tuned)

    def differences(self):
        return [
            (new.detach() - old)
            for layer, olds in zip(self.tuned, self.model.linear)
            for new, old in zip(layer, olds)
        ]


@torch.no_grad()
def factors(differences, rank):
    """[(A, B)] with B A the best approximation of each difference of that rank."""
    pairs = []
    for difference in differences:
        u, s, vh = torch.linalg.svd(difference.float(), full_matrices=False)
        root = s[:rank].sqrt()
        pairs.append((root[:, None] * vh[:rank], u[:, :rank] * root))
    return pairs


@torch.no_grad()
def merged_with(model, pairs, rank=None):
    """The model's weights with B A added, of the first `rank` of each pair."""
    flat, merged = iter(pairs), []
    for layer in model.linear:
        merged.append([])
        for weight in layer:
            a, b = next(flat)
            merged[-1].append((weight + b[:, :rank].float() @ a[:rank].float()).to(model.dtype))
    return merged


def save(folder, model, pairs, rank, pieces=1):
    """Writes adapter_config.json and adapter_model.safetensors (bf16), or as many pieces of it.

    lora_alpha is the rank, so what is added is B A.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    names = [n.removesuffix(".weight") for layer in model.names for n in layer]
    tensors = {}
    for name, (a, b) in zip(names, pairs):
        tensors[f"base_model.model.{name}.lora_A.weight"] = (
            a.detach()[:rank].bfloat16().cpu().contiguous()
        )
        tensors[f"base_model.model.{name}.lora_B.weight"] = (
            b.detach()[:, :rank].bfloat16().cpu().contiguous()
        )
    modules = sorted({n.rsplit(".", 1)[-1] for n in names})
    config = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "r": rank,
        "lora_alpha": rank,
        "lora_dropout": 0.0,
        "bias": "none",
        "target_modules": modules,
        "base_model_name_or_path": "SmolLM2-135M-Instruct",
        "inference_mode": True,
    }
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n")
    keys = sorted(tensors)
    for piece in range(pieces):
        stem = "adapter_model" if pieces == 1 else f"adapter_model-{piece}"
        some = {k: tensors[k] for k in keys[piece::pieces]}
        save_file(some, folder / f"{stem}.safetensors")


def load(folder):
    """{name of a weight: what is added, fp32} of an adapter folder, in one piece or several."""
    folder = Path(folder)
    config = json.loads((folder / "adapter_config.json").read_text())
    tensors = {}
    for path in sorted(folder.glob("adapter_model*.safetensors")):
        with safe_open(path, "pt") as file:
            tensors.update({k: file.get_tensor(k).float() for k in file.keys()})
    scale = config["lora_alpha"] / config["r"]
    added = {}
    for key in tensors:
        if key.endswith(".lora_A.weight"):
            name = key.removeprefix("base_model.model.").replace(".lora_A.weight", ".weight")
            added[name] = scale * tensors[key.replace("lora_A", "lora_B")] @ tensors[key]
    return added
