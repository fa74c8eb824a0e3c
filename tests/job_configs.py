"""Two small runs for jobs to do."""

from ipt_engine.config import RetrievalArguments, RunConfig

ICL = RunConfig(task="mini-dart", method="icl", retrieval=RetrievalArguments())
ZERO = RunConfig(task="mini-dart", method="zero_shot")
