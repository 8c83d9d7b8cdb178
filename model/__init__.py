"""The flow model of Indsatskompas: no Streamlit below this package."""
