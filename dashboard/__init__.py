"""The Streamlit dashboard: reads the store, starts runs, shows what they say."""
