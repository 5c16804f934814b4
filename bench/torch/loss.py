"""A loss as a weighted sum of terms (src/config/loss.ts)."""

import torch
from torch.nn import functional as F

from ssim import Ssim


class Loss:
    """`terms` are {term, weight, ssim}: ssim is the protocol of SSIM's terms, else null."""

    def __init__(self, terms: list, takes_logits: bool, device: torch.device):
        self.terms = [
            (each["term"], each["weight"], each["ssim"] and Ssim(each["ssim"], device)) for each in terms
        ]
        is_entropy = [term == "binaryCrossentropy" for term, _, _ in self.terms]
        if any(is_entropy) and not takes_logits:
            raise ValueError("Cross-entropy needs a net that ends in a sigmoid.")
        self.needs_sigmoid = takes_logits and not all(is_entropy)

    def __call__(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Of logits, terms other than cross-entropy see the sigmoid."""
        values = torch.sigmoid(outputs) if self.needs_sigmoid else outputs
        total = 0
        for term, weight, ssim in self.terms:
            if ssim:
                value = ssim.loss(values, targets)
            elif term == "binaryCrossentropy":
                value = F.binary_cross_entropy_with_logits(outputs, targets)
            elif term == "meanSquaredError":
                value = F.mse_loss(values, targets)
            elif term == "meanAbsoluteError":
                value = F.l1_loss(values, targets)
            elif term == "huber":
                value = F.huber_loss(values, targets)
            elif term == "cosineSimilarity":
                cosine = F.cosine_similarity(values.flatten(1), targets.flatten(1), eps=1e-7)
                value = 1 - cosine.mean()
            else:
                raise ValueError(f"There is no loss {term} here.")
            total = total + weight * value
        return total
