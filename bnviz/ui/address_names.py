"""Names in the address that each page knows, drawn now or not: a control in a part that is closed is known, too."""

from __future__ import annotations

from collections.abc import Mapping

from bnviz.ui.url_state import READ_BY_PAGES

_LIVE_VIEW = "panel layer unit step run"
_WRITTEN: Mapping[str, str] = {
    "contents": "",
    "transform": (
        "affine batch bell column coupled draw epsilon feature features line move part row sample samples shape undo x"
    ),
    "saturation": (
        "deep_curve deep_scale deep_seed gain grows large layer_curve layer_show sat_beta sat_curve sat_gamma"
        " sat_later sat_mean sat_part sat_std start_scale updates"
    ),
    "gradients": ("at_x at_y correlated cut grad_part net_curve net_steps rate ratio rho stats surface theta"),
    "whitening": ("data_seed decorrelate dims drifts head m net_rate net_seed rate rho steps target_mean why"),
    "initialization": ("a bn_eps eta factor grows hundred init_part lambda push rate_net start_net"),
    "inference": (
        "accident alone batch bright brightness chase_batch early image inf_part m_keras m_pytorch mates samples seen"
        " settle stopped study_batch tiny written"
    ),
    "regularization": "arm batch_m best digit double drop_p reg_part unit variance",
    "pitfalls": "code_arm code_of framework pit_part pitfall",
    "clinic": "patient",
    "own_network": "door",
    "convolution": (
        "conv_compared conv_data conv_layer conv_lr conv_m conv_moment conv_net conv_part conv_recipe conv_study"
        f" conv_width guess insert_at single test_digit {_LIVE_VIEW}"
    ),
    "imagenet": "arm curves imagenet_part mark more rate scale step_scale study variant",
    "relatives": (
        "alone axes_ghost axes_groups channel image norm norm_way place recurrent_arms rel_part sd shift shown smallest"
        " statistics_help through without"
    ),
    "why": (
        "drift_layer id_batch id_eps id_steps layer_figure1 layer_linear layer_vgg linear_rate noisy_layer_figure1"
        " noisy_layer_vgg noisy_net rough shaken smooth_net turn why_net why_part"
    ),
    "survival": "alive map_arms map_at map_data map_net map_seeds map_steps map_x map_y",
    "claims": "claim here notes rule said topic",
    "misconceptions": "",
    "limits": "",
    "data": "",
    "guide": "",
}
KNOWN: Mapping[str, frozenset[str]] = {
    page: frozenset(names.split()) | (READ_BY_PAGES if page == "pitfalls" else frozenset())
    for page, names in _WRITTEN.items()
}
"""Names by page, besides those of any page. The lab is not here: it says itself what it does not know."""
