"""Features that look ahead, each in its own way; a comment `# the leak` marks the line that does it."""

import numpy as np
import pandas as pd
import polars as pl
from scipy import ndimage, signal
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from mbats.market.local_time import DAY, HOUR


def returns(view):
    close = view.bars.close
    return np.append(np.nan, close[1:] / close[:-1] - 1.0)


def frame(view):
    bars = view.bars
    times = pd.DatetimeIndex(bars.time.view("datetime64[ns]"))
    columns = {"open": bars.open, "high": bars.high, "low": bars.low, "close": bars.close, "volume": bars.volume}
    return pd.DataFrame(columns, index=times)


def future_shift(view):
    return frame(view).close.pct_change().shift(-1).to_numpy()  # the leak


def forward_return(view):
    close = view.bars.close
    return np.append(close[12:] / close[:-12] - 1.0, np.full(12, np.nan))  # the leak


def centred_window(view):
    close = frame(view).close
    return (close - close.rolling(9, center=True).mean()).to_numpy()  # the leak


def centred_convolution(view):
    return np.convolve(view.bars.close, np.ones(5) / 5, mode="same")  # the leak


def rolled_round(view):
    return np.roll(returns(view), -2)  # the leak


def gradient(view):
    return np.gradient(view.bars.close)  # the leak


def smoothed(view):
    return ndimage.gaussian_filter1d(view.bars.close, 2.0, mode="nearest", truncate=2.0)  # the leak


def polynomial_smoothing(view):
    return signal.savgol_filter(view.bars.close, 11, 2, mode="constant")  # the leak


def next_open(view):
    bars = view.bars
    following = np.append(bars.open[1:], np.nan)  # the leak
    return following - bars.close


def volume_of_the_next_bar(view):
    return np.append(view.bars.volume[1:], 0.0)  # the leak


def polars_lead(view):
    return pl.Series(view.bars.close).shift(-3).to_numpy() - view.bars.close  # the leak


def global_scaling(view):
    close = view.bars.close
    return (close - close.mean()) / close.std()  # the leak


def scaler(view):
    return StandardScaler().fit_transform(returns(view)[:, np.newaxis]).ravel()  # the leak


def principal_component(view):
    bars = view.bars
    table = np.column_stack([bars.open, bars.high, bars.low, bars.close])
    return PCA(1).fit_transform(table).ravel()  # the leak


def rank_over_the_whole_history(view):
    return frame(view).close.rank(pct=True).to_numpy()  # the leak


def min_max(view):
    close = view.bars.close
    return (close - close.min()) / (close.max() - close.min())  # the leak


def distance_to_the_top_of_all_time(view):
    return view.bars.close / view.bars.high.max() - 1.0  # the leak


def fourier_filter(view):
    spectrum = np.fft.rfft(view.bars.close)  # the leak
    spectrum[20:] = 0.0
    return np.fft.irfft(spectrum, len(view.bars))


def two_way_filter(view):
    b, a = signal.butter(2, 0.1)
    return signal.filtfilt(b, a, view.bars.close)  # the leak


def detrended(view):
    return signal.detrend(view.bars.close)  # the leak


def clipped_at_quantiles(view):
    moves = returns(view)
    low, high = np.nanquantile(moves, [0.05, 0.95])  # the leak
    return np.clip(moves, low, high)


def filled_with_the_mean(view):
    moves = np.where(np.arange(len(view.bars)) % 7 == 0, np.nan, returns(view))
    return np.where(np.isnan(moves), np.nanmean(moves), moves)  # the leak


def low_to_come(view):
    return view.bars.close - np.minimum.accumulate(view.bars.low[::-1])[::-1]  # the leak


def filled_backwards(view):
    close = frame(view).close
    return close.where(close.index.hour % 6 == 0).bfill().to_numpy()  # the leak


def interpolated(view):
    close = frame(view).close
    return close.where(close.index.hour % 6 == 0).interpolate().to_numpy()  # the leak


def day_of_the_forming_bar(view):
    daily = frame(view).close.resample("D").last()  # the leak
    return daily.reindex(frame(view).index.floor("D")).to_numpy()


def high_of_the_day_so_called(view):
    rows = frame(view)
    return rows.high.groupby(rows.index.date).transform("max").to_numpy()  # the leak


def four_hours_labelled_by_their_start(view):
    bars = view.bars
    table = pl.DataFrame({"time": bars.time.view("datetime64[ns]"), "close": bars.close}).sort("time")
    periods = table.group_by_dynamic("time", every="4h", label="left")  # the leak
    higher = periods.agg(pl.col("close").last().alias("end"))
    return table.join_asof(higher, on="time")["end"].to_numpy()


def polars_over_the_day(view):
    bars = view.bars
    table = pl.DataFrame({"day": bars.time // DAY, "volume": bars.volume})
    return table.select(pl.col("volume").sum().over("day"))["volume"].to_numpy()  # the leak


def bars_left_today(view):
    """A calendar that is read off the bars to come."""
    days = view.bars.time // DAY
    _, place, count = np.unique(days, return_inverse=True, return_counts=True)  # the leak
    first = np.searchsorted(days, days)
    return (count[place] - (np.arange(len(days)) - first)).astype(float)


def other_pair_by_bar_time(view):
    """The other instrument's four-hour bars, joined by when they open."""
    other = view.others["GBP_USD"]
    rows = np.searchsorted(other.time, view.bars.time, side="right") - 1  # the leak
    return np.where(rows >= 0, other.close[rows], np.nan)


def other_pair_filled_backwards(view):
    other = view.others["GBP_USD"]
    rows = np.searchsorted(other.known_at, view.bars.known_at, side="left")  # the leak
    return np.append(other.close, np.nan)[rows]


def revised_figures(view):
    """The last word on each month, as if it had been known on its first day."""
    series = view.series["payrolls"]
    last = dict(zip(series["time"].tolist(), series["value"].tolist(), strict=True))
    months = np.array(sorted(last))
    rows = np.searchsorted(months, view.bars.known_at, side="right") - 1  # the leak
    return np.where(rows >= 0, np.array([last[month] for month in months])[rows], np.nan)


def published_on_the_first(view):
    series = view.series["payrolls"]
    first = np.unique(series["time"], return_index=True)[1]
    rows = np.searchsorted(series["time"][first], view.bars.known_at, side="right") - 1  # the leak
    return np.where(rows >= 0, series["value"][first][rows], np.nan)


def drawn_at_random(view):
    return np.random.default_rng().standard_normal(len(view.bars))  # the leak


def last_bar_of_the_week(view):
    """Whether a hole follows: Friday's last bar, if one only waits to see."""
    steps = np.diff(view.bars.time)  # the leak
    return np.append(steps > 2 * HOUR, False).astype(float)


BARS = {
    "future bars": (
        future_shift, forward_return, centred_window, centred_convolution, rolled_round, gradient, smoothed,
        polynomial_smoothing, next_open, volume_of_the_next_bar, polars_lead,
        last_bar_of_the_week,
    ),
    "whole history": (
        global_scaling, scaler, principal_component, rank_over_the_whole_history, min_max,
        distance_to_the_top_of_all_time, fourier_filter, two_way_filter, detrended, clipped_at_quantiles,
        filled_with_the_mean, low_to_come,
    ),
    "unfinished period": (
        filled_backwards, interpolated, day_of_the_forming_bar, high_of_the_day_so_called,
        four_hours_labelled_by_their_start, polars_over_the_day, bars_left_today,
    ),
    "other instrument early": (other_pair_by_bar_time, other_pair_filled_backwards),
    "series early": (revised_figures, published_on_the_first),
    "not repeatable": (drawn_at_random,),
}  # fmt: skip
"""By the charge that each has to be found guilty of."""
